/* The Jacobian of a bundle adjustment by hand, one observation after the other: 2 rows of 12 numbers, as csr has them. */
#include <math.h>

static double dot(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static void cross(const double *a, const double *b, double *c)
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

void bundle(const double *restrict x, const long *restrict cameras, const long *restrict points, long count,
            long camera_count, double *restrict jacobian)
{
    for (long o = 0; o < count; o++, jacobian += 24) {
        const double *c = x + 9 * cameras[o], *X = x + 9 * camera_count + 3 * points[o];
        double theta = sqrt(dot(c, c)), over = 1.0 / theta, cosine = cos(theta), sine = sin(theta);
        double w[3] = {c[0] * over, c[1] * over, c[2] * over}, wX[3], p[3];
        cross(w, X, wX);
        double along = dot(w, X), share = along * (1.0 - cosine);
        for (int i = 0; i < 3; i++) p[i] = X[i] * cosine + wX[i] * sine + w[i] * share + c[3 + i];
        double depth = 1.0 / p[2], a[2] = {-p[0] * depth, -p[1] * depth}, square = a[0] * a[0] + a[1] * a[1];
        double bent = 1.0 + square * (c[7] + c[8] * square), size = c[6] * bent;
        double slope = 2.0 * c[6] * (c[7] + 2.0 * c[8] * square);
        for (int r = 0; r < 2; r++) {
            double *row = jacobian + 12 * r, by_a[2], by_p[3], by_w[3], Xp[3], pw[3];
            for (int i = 0; i < 2; i++) by_a[i] = slope * a[r] * a[i] + (i == r ? size : 0.0);
            by_p[0] = -by_a[0] * depth;
            by_p[1] = -by_a[1] * depth;
            by_p[2] = -(by_a[0] * a[0] + by_a[1] * a[1]) * depth;
            cross(X, by_p, Xp);
            cross(by_p, w, pw);
            double through = dot(by_p, w);
            double by_theta = -dot(by_p, X) * sine + dot(by_p, wX) * cosine + through * along * sine;
            for (int i = 0; i < 3; i++) by_w[i] = Xp[i] * sine + by_p[i] * share + through * (1.0 - cosine) * X[i];
            double inward = dot(by_w, w);
            for (int i = 0; i < 3; i++) {
                row[i] = (by_w[i] - inward * w[i]) * over + by_theta * w[i];
                row[3 + i] = by_p[i];
                row[9 + i] = by_p[i] * cosine + pw[i] * sine + through * (1.0 - cosine) * w[i];
            }
            row[6] = bent * a[r];
            row[7] = c[6] * square * a[r];
            row[8] = row[7] * square;
        }
    }
}
