/* Loss and gradient of MLP(2, [16, 16, 1]) with hinge loss and L2 penalty, one sample after the other. */

enum { INPUTS = 2, HIDDEN = 16 };

typedef struct {
    double first[HIDDEN][INPUTS + 1], second[HIDDEN][HIDDEN + 1], last[HIDDEN + 1];
} Network;

static double relu(double x) { return x > 0.0 ? x : 0.0; }

double two_moons(const Network *restrict net, const double (*restrict xs)[INPUTS], const double *restrict ys, long count,
                 double alpha, Network *restrict slopes)
{
    const double *parameters = (const double *)net;
    double *gradient = (double *)slopes;
    const long size = sizeof(Network) / sizeof(double);
    double total = 0.0, penalty = 0.0, across[HIDDEN][HIDDEN];

    for (int j = 0; j < HIDDEN; j++)
        for (int i = 0; i < HIDDEN; i++) across[i][j] = net->second[j][i];
    for (long p = 0; p < size; p++) gradient[p] = 0.0;

    for (long s = 0; s < count; s++) {
        double a[HIDDEN], b[HIDDEN], da[HIDDEN], db[HIDDEN], score = net->last[HIDDEN];
        for (int j = 0; j < HIDDEN; j++) {
            const double *w = net->first[j];
            a[j] = relu(w[0] * xs[s][0] + w[1] * xs[s][1] + w[2]);
        }
        for (int j = 0; j < HIDDEN; j++) b[j] = net->second[j][HIDDEN];
        for (int i = 0; i < HIDDEN; i++)
            for (int j = 0; j < HIDDEN; j++) b[j] += across[i][j] * a[i];
        for (int j = 0; j < HIDDEN; j++) b[j] = relu(b[j]);
        for (int j = 0; j < HIDDEN; j++) score += net->last[j] * b[j];

        double margin = 1.0 - ys[s] * score;
        if (margin <= 0.0) continue;
        total += margin;
        double slope = -ys[s] / count;
        for (int j = 0; j < HIDDEN; j++) {
            slopes->last[j] += slope * b[j];
            db[j] = b[j] > 0.0 ? slope * net->last[j] : 0.0;
            da[j] = 0.0;
        }
        slopes->last[HIDDEN] += slope;
        for (int j = 0; j < HIDDEN; j++) {
            for (int i = 0; i < HIDDEN; i++) slopes->second[j][i] += db[j] * a[i];
            slopes->second[j][HIDDEN] += db[j];
            for (int i = 0; i < HIDDEN; i++) da[i] += db[j] * net->second[j][i];
        }
        for (int j = 0; j < HIDDEN; j++) {
            double d = a[j] > 0.0 ? da[j] : 0.0;
            slopes->first[j][0] += d * xs[s][0];
            slopes->first[j][1] += d * xs[s][1];
            slopes->first[j][2] += d;
        }
    }
    for (long p = 0; p < size; p++) {
        penalty += parameters[p] * parameters[p];
        gradient[p] += 2.0 * alpha * parameters[p];
    }
    return total / count + alpha * penalty;
}
