# %% [markdown]
r"""
# Glossary

The words of the course and of the field, and the lesson where each is explained. In brackets: what else it is called.

| word | what it means | lesson |
|---|---|---|
| activation | the function after a neuron's sum that is not a straight line: sigmoid, tanh, ReLU | 1, 6 |
| Adam | an optimiser: momentum, with each step divided by how large the gradients usually are | 8 |
| adjoint | another word for the gradient of the result with respect to a node | 0 |
| affine | a weighted sum plus a constant: $Y = WX + B$ | 7 |
| argnums | which arguments of a function `grad` differentiates by, counted from 0 | 3 |
| array | numbers in rows (and columns) that NumPy computes with as a whole | 6 |
| automatic differentiation (autodiff, autograd) | exact derivatives of programs, by the chain rule | 0, 2 |
| backpropagation | reverse mode applied to a network | 7 |
| backward pass | from the result to the leaves, computing gradients | 0, 7 |
| batch, minibatch | the examples that are looked at for one step; a minibatch is a few, drawn at random | 8 |
| bias | the number a neuron adds to its weighted sum | 6 |
| central difference | a slope measured with a step to each side | 1 |
| chain rule | rates multiply along a path and add over the paths | 2 |
| collapse | what layers without activations do: together they are one layer | 6 |
| computational graph | Values, and an edge for every use of one by another | 0 |
| contribution | what arrives at a box along one edge on the way back | 0 |
| coordinate | one of the numbers that say where a point is | 3 |
| cosine, sine | the two coordinates of a point on a circle of radius 1, at an angle | 3 |
| cost | another word for loss | 6 |
| cross-entropy | $-\ln$ of the probability given to the right answer | 8 |
| curvature | the second derivative, in a direction | 1, 4 |
| data set | examples: inputs, each with the answer that is wanted | 8 |
| derivative, slope | the limit of rise over run, as the run goes to 0 | 1 |
| directional derivative | the slope in a direction one unit long: $\nabla f \cdot v$ | 3 |
| dot product | multiply in pairs and add | 3 |
| early stopping | keeping the network of the epoch with the lowest validation loss | 8 |
| ELU | a ReLU with a round corner: $e^x - 1$ below 0 | 6 |
| embedding | numbers that stand for a letter or word, learnt like weights | 10 |
| energy | what a thing at rest has as little of as it can | 10 |
| entry | a number of a matrix | 4 |
| epoch | one look at all the examples | 8 |
| exploding gradient | factors above 1, layer after layer | 7 |
| exponential $e^x$ | the function that is its own derivative | 1 |
| finite difference (nudge) | a slope measured with a small step | 1 |
| float | Python's numbers with a decimal point; they have some 16 digits | 0 |
| forward mode | carries derivatives along from one leaf; good for few inputs | 2, 7 |
| forward pass | from the leaves to the result, computing numbers | 0 |
| gradient $\nabla f$ | all partial derivatives together; at a node: how fast the result changes with it | 0, 3 |
| gradient descent | step after step against the gradient | 5 |
| held out | kept away from training, to judge by | 8 |
| Hessian | the matrix of second derivatives; the Jacobian of the gradient | 4 |
| hidden layer | a layer whose numbers are seen neither at the entrance nor at the exit | 6 |
| initialisation | the choice of the random starting weights; "xavier" suits tanh, "he" ReLU | 7 |
| Jacobian | the matrix of first derivatives: a row a result, a column an input | 4 |
| layer | neurons that look at the same inputs | 6 |
| leaf | a Value that you made yourself; it has no parents | 0 |
| learning rate $\eta$ | how far a step goes for each unit of slope | 5 |
| level set | all points where a function has the same value; contour line | 3 |
| limit | what numbers come ever nearer to | 1 |
| linear map | every result is a sum of the inputs, each times a fixed number | 4 |
| local derivative | how fast one operation's result changes with one of its inputs | 0 |
| local minimum | lower than all its neighbours, but perhaps not lowest of all | 5 |
| logarithm $\ln$ | takes the exponential back | 2 |
| logarithmic axis | each tick is ten times the one before | 5 |
| logit | a score before the sigmoid or softmax makes a probability of it | 8 |
| loss $L$ | one number that says how wrong a network is | 2, 6 |
| matrix | a table of numbers | 4, 6 |
| mean | the sum, divided by how many there are | 6 |
| median | the one in the middle, when all are sorted; half of them are larger | 7 |
| minimum | the lowest point | 3, 5 |
| MLP, multilayer perceptron | a network of layers in a row | 6 |
| momentum | a memory of earlier gradients | 5 |
| MSE, mean squared error | the mean of the squared errors | 6 |
| network | layers in a row | 6 |
| neuron | a weighted sum plus a bias, through an activation | 6 |
| Newton's method | goes where the parabola with the same slope and curvature has its lowest point | 4 |
| noise | what is different by chance | 8 |
| nonlinear | not a straight line | 1, 6 |
| optimiser | moves the parameters, knowing their gradients | 5, 8 |
| overfitting, underfitting | learnt by heart; learnt too little | 8 |
| parameter | a number that training turns: weight or bias | 6 |
| partial derivative $\partial$ | turns one number and holds the others still | 3 |
| plateau | where the loss hardly falls for a long time | 8 |
| power rule | $(x^n)' = n \, x^{n-1}$ | 1 |
| prediction $\hat y$, target $y$ | what a network says; what it should say | 2 |
| product rule | $(u \, v)' = u'v + u \, v'$ | 1 |
| quadratic | with numbers multiplied in pairs at most, such as $x^2 + 3xy$ | 4 |
| radian | the measure of an angle by the way along a circle of radius 1; a full turn is $2\pi$ | 3 |
| regularisation | whatever holds a network back from learning by heart | 8 |
| ReLU | keeps what is above 0 and replaces the rest by 0 | 1 |
| reverse mode | from the result back: one pass for the derivatives with respect to everything | 0, 2, 7 |
| saddle | level in the middle, up one way, down the other | 4 |
| sample, example | one input with its target | 8 |
| saturated | where an activation is nearly level, so that its slope is nearly 0 | 1 |
| scalar | a single number, as against a vector or a matrix | 6 |
| second derivative | the derivative of the derivative | 1 |
| seed | the number that random numbers are made from; the same seed, the same numbers | 6 |
| SGD, stochastic gradient descent | gradient descent on random minibatches | 5, 8 |
| sigmoid $\sigma$ | $\frac{1}{1 + e^{-x}}$ | 1, 2 |
| smooth | with derivatives that do not jump | 4 |
| softmax | makes probabilities of scores | 8 |
| standard deviation | how far numbers usually are from their mean: the root of the mean of the squared distances | 8 |
| standardised | minus the mean, divided by the standard deviation | 8 |
| surprise | $-\ln$ of the probability that was given to what came; see cross-entropy | 10 |
| symmetric | of a matrix: its rows are its columns | 4 |
| tangent | the line that touches a curve | 1 |
| tanh | a sigmoid stretched to the numbers between −1 and 1 | 1, 2 |
| Taylor polynomial | predicts a function from its derivatives at one point | 1, 10 |
| tensor | an array of numbers, as PyTorch calls it | 10 |
| topological order | each box after its parents | 7, 9 |
| training, validation, test set | to learn from; to choose by; to judge by, once | 8 |
| Value | a float that remembers how it was computed | 0 |
| vanishing gradient | factors below 1, layer after layer | 2, 7 |
| vector | a list of numbers, such as a point, a step or a gradient | 4 |
| vector-Jacobian product | a row times a Jacobian: what one backward pass computes | 4 |
| weight | the number by which a neuron multiplies an input | 1, 6 |
| weight decay | pulls every weight towards 0 a little in each step | 8 |

## How symbols are read

| symbol | read | meaning |
|---|---|---|
| $f'(x)$, $\frac{df}{dx}$ | f prime of x; df by dx | derivative |
| $\frac{\partial f}{\partial x}$ | del f by del x | partial derivative |
| $\nabla f$ | nabla f | gradient |
| $\eta$, $\mu$ | eta, mu | learning rate, momentum |
| $\theta$, $\sigma$, $\alpha$ | theta, sigma, alpha | all parameters, sigmoid, an angle |
| $\sum_i$ | sum over i | add up |
| $\hat y$ | y hat | a prediction |
| $W^\mathsf{T}$ | W transposed | rows turned into columns |
| $\odot$ | times, entry by entry | |
| $\leftarrow$ | becomes | |
| $\lVert v \rVert$ | the length of v | |
"""
