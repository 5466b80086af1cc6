# %% [markdown]
r"""
# Where it comes from, and where to go on

## A short history

Nothing in this course is new. The rules are over three hundred years old, reverse mode over fifty.

- **1670s.** Gottfried Wilhelm Leibniz and Isaac Newton find the rules of derivatives. The notation $\frac{dy}{dx}$ is
  Leibniz's, and so is the chain rule, in a manuscript of 1676.
- **1715.** Brook Taylor publishes the series that bears his name (lessons 1 and 10).
- **1847.** Augustin-Louis Cauchy describes gradient descent, to find the orbits of planets (lesson 5).
- **1951.** Herbert Robbins and Sutton Monro show that
  [steps with noisy gradients](https://doi.org/10.1214/aoms/1177729586) arrive: the S in SGD (lesson 8).
- **1958.** Frank Rosenblatt's [perceptron](https://doi.org/10.1037/h0042519), a neuron that learns (lesson 6).
- **1964.** Robert Wengert writes
  [a simple automatic derivative evaluation program](https://doi.org/10.1145/355586.364791), in forward mode. In the
  same year Boris Polyak proposes [momentum](https://doi.org/10.1016/0041-5553(64)90137-5) (lesson 5).
- **1969.** Marvin Minsky and Seymour Papert prove what a single layer cannot do, XOR among it (lesson 8).
- **1970.** Seppo Linnainmaa describes reverse mode in his master's thesis, to follow rounding errors through a program
  ([published in 1976](https://doi.org/10.1007/BF01931367)). It is what `backward()` does (lesson 7).
- **1974.** Paul Werbos's doctoral thesis suggests it for models that learn.
- **1986.** David Rumelhart, Geoffrey Hinton and Ronald Williams make it known, under the name
  [back-propagation](https://doi.org/10.1038/323533a0), by showing what hidden neurons learn.
- **1989.** George Cybenko proves that [one hidden layer can follow any curve](https://doi.org/10.1007/BF02551274)
  (lesson 6).
- **1991.** Sepp Hochreiter's thesis explains why gradients vanish (lessons 2 and 7).
- **2003.** Yoshua Bengio and others train
  [a language model with embeddings](https://www.jmlr.org/papers/v3/bengio03a.html), of which lesson 10 has a tiny one.
- **2010.** Xavier Glorot and Yoshua Bengio ask
  [how to start deep networks](https://proceedings.mlr.press/v9/glorot10a.html): the `init="xavier"` of lesson 7. The
  `"he"` is [Kaiming He's](https://arxiv.org/abs/1502.01852), 2015.
- **2014.** Diederik Kingma and Jimmy Ba: [Adam](https://arxiv.org/abs/1412.6980) (lesson 8).
- **2016 to 2018.** PyTorch and JAX make reverse mode an everyday tool; both stand on ideas of
  [HIPS autograd](https://github.com/HIPS/autograd).
- **2020.** Andrej Karpathy's [micrograd](https://github.com/karpathy/micrograd) shows that the whole idea fits on a
  page. This course and its engine owe it the courage to be small.

Andreas Griewank, *Who invented the reverse mode of differentiation?* (Documenta Mathematica, 2012), has the long
version.

## To see it move

- 3Blue1Brown: [Essence of calculus](https://www.3blue1brown.com/topics/calculus),
  [Essence of linear algebra](https://www.3blue1brown.com/topics/linear-algebra),
  [Neural networks](https://www.3blue1brown.com/topics/neural-networks).
- Gabriel Goh: [Why momentum really works](https://distill.pub/2017/momentum/).
- [TensorFlow Playground](https://playground.tensorflow.org): networks in the browser.

## To read on

- [Dive into Deep Learning](https://d2l.ai): the same mathematics with arrays, and then everything else.
- Christopher Olah: [Calculus on computational graphs](https://colah.github.io/posts/2015-08-Backprop/).
- Atılım Güneş Baydin and others:
  [Automatic differentiation in machine learning: a survey](https://jmlr.org/papers/v18/17-468.html).
- Andreas Griewank and Andrea Walther: *Evaluating Derivatives*, the book on the subject.
- Ian Goodfellow, Yoshua Bengio and Aaron Courville: [Deep Learning](https://www.deeplearningbook.org).

## To build

- Andrej Karpathy: [Neural networks: zero to hero](https://karpathy.ai/zero-to-hero.html), from micrograd to a GPT.
- [minitorch](https://minitorch.github.io): a small PyTorch, as a course of assignments.
- [JAX's autodidax](https://docs.jax.dev/en/latest/autodidax.html): JAX from scratch.

## The data

- R. A. Fisher: [The use of multiple measurements in taxonomic
  problems](https://doi.org/10.1111/j.1469-1809.1936.tb02137.x), 1936, the irises of lesson 8.
- F. Black, M. Scholes: [The pricing of options and corporate liabilities](https://doi.org/10.1086/260062), 1973, the
  formula of lesson 10.
- G. W. Cobb: [The problem of the Nile](https://doi.org/10.1093/biomet/65.2.243), 1978, the river of the
  [programs for engineers](engineers.ipynb).
"""
