#pragma once

#include <stdint.h>

/// The constants of one AdamW update, computed once per step by the caller in double precision.
typedef struct kernel_adamw {
    float decay;          // 1 - learning rate * weight decay
    float first_weight;   // 1 - beta1
    float second_decay;   // beta2
    float second_weight;  // 1 - beta2
    float step_size;      // learning rate / (1 - beta1^step)
    float root_scale;     // 1 / sqrt(1 - beta2^step)
    float epsilon;
} kernel_adamw;

/// Every vector loop of the engine for one instruction set.
///
/// Matrices are row-major with a leading dimension in elements. Activations are feature-major:
/// one row per feature, one column per example. Within one set the value computed for an element
/// never depends on its position in a vector, so results are reproducible bit for bit.
typedef struct kernel_set {
    const char *name;
    long lanes;

    /// C[m x n] = bias (per row, or 0) + sum_k A(m,k) B[k,n], with A(m,k) = a[m*a_row + k*a_step];
    /// with accumulate != 0 the old C takes the place of the bias.
    void (*product)(long m, long n, long k, const float *a, long a_row, long a_step,
                    const float *b, long ldb, float *c, long ldc, const float *bias,
                    int accumulate);

    /// C (m x n) = A (m x k) B (k x n), all row-major, or C + A B with accumulate != 0, for an A that is mostly 0: each row
    /// of C is summed up over the elements of A's row that are not 0, in ascending order.
    void (*sparse_product)(long m, long n, long k, const float *a, long lda, const float *b,
                           long ldb, float *c, long ldc, int accumulate);
    /// out[r * out_stride] = sum_n A[r,n] b[n]; with b == NULL, the row sums of A; with accumulate != 0
    /// they are added to what is there.
    void (*row_products)(long rows, long n, const float *a, long lda, const float *b, float *out,
                         long out_stride, int accumulate);

    /// out[c,r] = in[r,c] for an in of rows x columns.
    void (*transpose)(long rows, long columns, const float *in, long ldi, float *out, long ldo);

    /// x = tanh(x), at most 2.5 units in the last place from the true value.
    void (*tanh_forward)(long rows, long columns, float *x, long ldx);
    /// d = d * (1 - h^2), h being the activation.
    void (*tanh_backward)(long rows, long columns, const float *h, long ldh, float *d, long ldd);
    /// x = max(x, 0); NaN stays NaN.
    void (*relu_forward)(long rows, long columns, float *x, long ldx);
    /// d = h > 0 ? d : 0, h being the activation.
    void (*relu_backward)(long rows, long columns, const float *h, long ldh, float *d, long ldd);
    /// y = x P(X <= x), X standard normal: the exact GELU, off by at most 1.2e-6 of the true value down
    /// to x = -13, 0 from -13.1 on. y may be x.
    void (*gelu_forward)(long rows, long columns, const float *x, long ldx, float *y, long ldy);
    /// d = d * (P(X <= x) + x density(x)), x being the input of the activation.
    void (*gelu_backward)(long rows, long columns, const float *x, long ldx, float *d, long ldd);
    /// y = x / (1 + e^-x), the SiLU; y may be x.
    void (*silu_forward)(long rows, long columns, const float *x, long ldx, float *y, long ldy);
    /// d = d * (s + x s (1 - s)), s = 1 / (1 + e^-x), x being the input of the activation.
    void (*silu_backward)(long rows, long columns, const float *x, long ldx, float *d, long ldd);
    /// y = x (1 + tanh u) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3): GELU as torch's approximate="tanh"; y may be x.
    void (*gelu_tanh_forward)(long rows, long columns, const float *x, long ldx, float *y, long ldy);
    /// The gradient of that, x being the input of the activation.
    void (*gelu_tanh_backward)(long rows, long columns, const float *x, long ldx, float *d,
                               long ldd);
    /// y = x^2; y may be x.
    void (*quadratic_forward)(long rows, long columns, const float *x, long ldx, float *y,
                              long ldy);
    /// d = d * 2x, x being the input of the activation.
    void (*quadratic_backward)(long rows, long columns, const float *x, long ldx, float *d,
                               long ldd);

    /// x = factor * x.
    void (*scale)(long count, float factor, float *x);
    /// y = y + factor * x.
    void (*axpy)(long count, float factor, const float *x, float *y);
    /// y = a * x + b * y.
    void (*axpby)(long count, float a, const float *x, float b, float *y);
    /// y = y * x.
    void (*multiply)(long count, const float *x, float *y);
    /// y[r,c] = y[r,c] + x[r,c].
    void (*add_rows)(long rows, long columns, const float *x, long ldx, float *y, long ldy);
    /// y[r,c] = y[r,c] + v[r].
    void (*add_column_vector)(long rows, long columns, const float *v, float *y, long ldy);

    /// Attention of one head takes a query position against `count` sources, the key positions that it may
    /// see; source k lies k * step elements behind the first.
    ///
    /// out[k,c] = scale * sum_r x[r,c] y_k[r,c].
    void (*columns_dots)(long rows, long columns, long count, const float *x, long ldx,
                         const float *y, long ldy, long step, float scale, float *out, long ldo);
    /// y[r,c] = sum_k w[k,c] x_k[r,c].
    void (*columns_mix)(long rows, long columns, long count, const float *w, long ldw,
                        const float *x, long ldx, long step, float *y, long ldy);
    /// y_k[r,c] = w[k,c] x[r,c], added to what is there with accumulate != 0.
    void (*columns_spread)(long rows, long columns, long count, const float *w, long ldw,
                           const float *x, long ldx, float *y, long ldy, long step,
                           int accumulate);

    /// Layer normalisation of each column over its rows, with the biased variance as in PyTorch:
    /// y = gain[r] (x - mean[c]) inverse[c] + bias[r], inverse = 1 / sqrt(variance + epsilon). Stores
    /// mean and inverse; y may be x where no gradient is needed.
    void (*layer_norm_forward)(long rows, long columns, const float *x, long ldx,
                               const float *gain, const float *bias, float epsilon, float *y,
                               long ldy, float *mean, float *inverse);
    /// The gradient d of y becomes that of x; gain_slope[r] = sum_c d h and bias_slope[r] = sum_c d, h being
    /// the normalised value, are added to what is there with accumulate != 0.
    void (*layer_norm_backward)(long rows, long columns, const float *x, long ldx,
                                const float *mean, const float *inverse, const float *gain,
                                float *d, long ldd, float *gain_slope, float *bias_slope,
                                int accumulate);
    /// For pictures, whose rows are places x channels with the channels of a place side by side: mean and biased
    /// variance of each channel over all places and columns.
    void (*channel_moments)(long places, long channels, long columns, const float *x, long ldx,
                            float *mean, float *variance);
    /// y = factor x + shift, with a factor and a shift per channel; y may be x.
    void (*channel_scale)(long places, long channels, long columns, const float *x, long ldx,
                          const float *factor, const float *shift, float *y, long ldy);
    /// Batch normalisation (Ioffe & Szegedy 2015): the gradient d of gain (x - mean) inverse + bias, mean and inverse
    /// being those of x, becomes that of x; gain_slope = sum d h and bias_slope = sum d per channel, h being the
    /// normalised value.
    void (*batch_norm_backward)(long places, long channels, long columns, const float *x, long ldx,
                                const float *mean, const float *inverse, const float *gain,
                                float *d, long ldd, float *gain_slope, float *bias_slope);
    /// Group normalisation of each column over the places and the channels of a group (Wu & He 2018), with the biased
    /// variance. Stores mean and inverse, groups x columns.
    void (*group_norm_forward)(long places, long channels, long groups, long columns,
                               const float *x, long ldx, const float *gain, const float *bias,
                               float epsilon, float *y, long ldy, float *mean, float *inverse,
                               long lds);
    /// The gradient d of y becomes that of x; gain_slope and bias_slope as for layer normalisation.
    void (*group_norm_backward)(long places, long channels, long groups, long columns,
                                const float *x, long ldx, const float *mean, const float *inverse,
                                long lds, const float *gain, float *d, long ldd,
                                float *gain_slope, float *bias_slope, int accumulate);
    /// Where x is more than y, or not a number: y = x and taken = tap.
    void (*maximum_update)(long rows, long columns, float tap, const float *x, long ldx, float *y,
                           long ldy, float *taken, long ldt);
    /// slope = slope + d where taken is tap.
    void (*maximum_backward)(long rows, long columns, float tap, const float *taken, long ldt,
                             const float *d, long ldd, float *slope, long lds);
    /// Scores to weights, in place: s[r,c] = e^s[r,c] / sum_r e^s[r,c]. For attention a row is a key
    /// position that the query may see.
    void (*softmax_rows_forward)(long rows, long columns, float *s, long lds);
    /// The gradient d of the weights w becomes that of the scores: d = w (d - sum_r w d).
    void (*softmax_rows_backward)(long rows, long columns, const float *w, long ldw, float *d,
                                  long ldd);

    /// out[r,c] = table[r,index[c]], added to what is there with accumulate != 0.
    void (*gather_columns)(long rows, long columns, const int *index, const float *table, long ldt,
                           float *out, long ldo, int accumulate);
    /// table[r,index[c]] = table[r,index[c]] + d[r,c], for c in ascending order.
    void (*scatter_add_columns)(long rows, long columns, const int *index, const float *d,
                                long ldd, float *table, long ldt);
    /// Embedding lookup, out[k,c] = table[index[c],k] for a table of symbols x dims without padding;
    /// added to what is there with accumulate != 0.
    void (*gather_rows_transposed)(long columns, long dims, const int *index, const float *table,
                                   float *out, long ldo, int accumulate);
    /// Its gradient: table[index[c],k] = table[index[c],k] + d[k,c], for c in ascending order.
    void (*scatter_add_rows)(long columns, long dims, const int *index, const float *d, long ldd,
                             float *table);
    /// Two rows per column added up, out[k,c] = table[first[c],k] + table[second[c],k].
    void (*gather_pair_sums)(long columns, long dims, const int *first, const int *second,
                             const float *table, float *out, long ldo);
    /// Its gradient: for c in ascending order, d[k,c] is added to table[first[c],k], then to
    /// table[second[c],k].
    void (*scatter_add_pairs)(long columns, long dims, const int *first, const int *second,
                              const float *d, long ldd, float *table);

    /// column_loss[n] = sum_o (y - t)^2 for every column; gradient = scale (y - t) for the first
    /// gradient_columns.
    void (*squared_error)(long outputs, long columns, const float *y, long ldy, const float *t,
                          long ldt, double *column_loss, long gradient_columns, float scale,
                          float *gradient, long ldg);
    /// For a penalty on two outputs that should be one: column_loss[n] = sum_o (y1 - y2)^2; scale (y1 - y2) is
    /// added to gradient1 and taken from gradient2.
    void (*squared_difference)(long outputs, long columns, const float *y1, long ldy1,
                               const float *y2, long ldy2, double *column_loss, float scale,
                               float *gradient1, long ldg1, float *gradient2, long ldg2);
    /// nearest[n] = the first class whose target (classes x outputs) is nearest in squared
    /// distance; -1 where no distance is finite.
    void (*nearest_target)(long outputs, long columns, const float *y, long ldy, long classes,
                           const float *targets, int *nearest);
    /// column_loss[n] = -log softmax(y)[label]; largest[n] = the first class of largest score, -1
    /// where a score is not a number; gradient = scale (softmax - one-hot) for the first
    /// gradient_columns.
    void (*cross_entropy)(long classes, long columns, const float *y, long ldy, const int *labels,
                          double *column_loss, int *largest, long gradient_columns, float scale,
                          float *gradient, long ldg);
    /// The same with every number in single precision, as frameworks compute it: a sum in which only
    /// the label's term counts gives loss 0 and no gradient for the label. The classes are summed in order.
    void (*cross_entropy_single)(long classes, long columns, const float *y, long ldy,
                                 const int *labels, double *column_loss, int *largest,
                                 long gradient_columns, float scale, float *gradient, long ldg);
    /// The same with s(x) in the place of e^x: s(x) = x + 1 from 0 on, 1 / (1 - x) below (StableMax,
    /// Prieto et al. 2025); sums and logarithms in double precision.
    void (*stable_max)(long classes, long columns, const float *y, long ldy, const int *labels,
                       double *column_loss, int *largest, long gradient_columns, float scale,
                       float *gradient, long ldg);
    /// largest[n] = the first row of largest value, -1 where a value is not a number.
    void (*largest_row)(long rows, long columns, const float *y, long ldy, int *largest);

    /// One AdamW update of count parameters in PyTorch's order of operations.
    void (*adamw)(long count, float *p, const float *g, float *m, float *v, kernel_adamw c);
    /// The same for Adam with weight decay as an L2 term, g + weight_decay p in the place of g; c.decay
    /// does not count.
    void (*adam_l2)(long count, float *p, const float *g, float *m, float *v, float weight_decay,
                    kernel_adamw c);
    /// One update by gradient descent as torch.optim.SGD: g + weight_decay p, plus momentum * velocity, is the
    /// new velocity (0 before the first update), and p = p - learning_rate * velocity. velocity may be
    /// NULL where momentum is 0.
    void (*sgd)(long count, float *p, const float *g, float *velocity, float learning_rate,
                float momentum, float weight_decay);
    /// One update by Lion (Chen et al. 2023, Alg. 2): p = decay p - learning_rate sign(blend_old m + blend_new g), then
    /// m = kept m + fresh g; m is 0 before the first update.
    void (*lion)(long count, float *p, const float *g, float *m, float blend_old, float blend_new,
                 float kept, float fresh, float learning_rate, float decay);
    /// One update as torch.optim.RMSprop: with s = g + weight_decay p, square = kept square + fresh s^2, velocity =
    /// momentum velocity + s / (sqrt(square) + epsilon), p = p - learning_rate velocity; both are 0 before
    /// the first update.
    void (*rmsprop)(long count, float *p, const float *g, float *square, float *velocity,
                    float kept, float fresh, float epsilon, float learning_rate, float momentum,
                    float weight_decay);
    /// Grokfast-EMA (Lee et al. 2024, gradfilter_ema of their code): m = alpha m + (1 - alpha) g, then
    /// g = g + lambda m.
    void (*ema_filter)(long count, float *m, float *g, double alpha, double lambda);
    /// Grokfast-MA (gradfilter_ma there): g takes the place of the oldest of a window's gradients, also in
    /// their sum; with is_full != 0 then g = g + gain * sum, gain being lambda / window. Slots and sum begin
    /// at 0. The sum is exact while 100 gradients of an element lie within a factor of 2^22 of each other.
    void (*window_filter)(long count, float *oldest, double *sum, float *g, double gain,
                          int is_full);
    /// sum_i x y, accumulated in double precision.
    double (*dot)(long count, const float *x, const float *y);
    /// The sum of squares, accumulated in double precision.
    double (*sum_of_squares)(long count, const float *x);

    /// mask[i] = 0 where element counter + i of the key's Philox4x32-10 sequence is below threshold, else scale:
    /// for dropout with probability p, threshold = p 2^32 and scale = 1 / (1 - p). The same bits on every set.
    void (*dropout_mask)(long count, uint64_t key, uint64_t counter, uint32_t threshold,
                         float scale, float *mask);
    /// out[i] = sigma times a standard normal number made of the elements counter + i and its neighbour (the
    /// other of an even and an odd one) by Box-Muller: element 2k has the cosine, 2k + 1 the sine.
    void (*normal_noise)(long count, uint64_t key, uint64_t counter, float sigma, float *out);

    // Weighted sums of table rows (Models/FoldedTransformerNetwork.swift). An example has `sources` table rows per
    // head: row (index[n, k], h) of a table of (rows x heads x length), length in whole vectors, with
    // the weight weight[n, k, h]. order[k] (sources x columns) says in which order examples go to source k's rows:
    // where those with the same row follow one another, it is read once for several.

    /// out[n] = base + sum over k, h of weight[n,k,h] * table[index[n,k], h]; without a base out[n] is added to.
    void (*folded_forward)(long columns, long sources, long heads, long length, const int *index,
                           const int *order, const float *weight, const float *table,
                           const float *base, float *out, long ldo);
    /// dweight[n,k,h] = d[n] . table[index[n,k], h]; dtable[index[n,k], h] += weight[n,k,h] d[n];
    /// dbase += sum over n of d[n], where there is one.
    void (*folded_backward)(long columns, long sources, long heads, long length, const int *index,
                            const int *order, const float *weight, const float *table,
                            const float *d, long ldd, float *dtable, float *dweight,
                            float *dbase);
    /// weight[n,:,h] = the softmax over score[index[n,k], h] and one further source of score 0,
    /// whose weight is what is missing to 1.
    void (*folded_softmax)(long columns, long sources, long heads, const int *index,
                          const float *score, float *weight);
    /// dscore[index[n,k], h] += the gradient of the scores from that of the weights.
    void (*folded_softmax_backward)(long columns, long sources, long heads, const int *index,
                                   const float *weight, const float *dweight, float *dscore);
} kernel_set;

/// The number of kernel sets compiled in, whether this processor can run them or not.
int kernel_set_count(void);
/// A compiled set by index, widest first; NULL when the processor cannot run it.
const kernel_set *kernel_set_at(int index);
/// The name of a compiled set by index.
const char *kernel_set_name(int index);

/// Makes this thread take numbers too small for a whole mantissa for 0, as operands and as results: they take the processor
/// some twenty times as long. Returns how it was before, for `kernel_restore_denormals`.
uint32_t kernel_flush_denormals(void);
/// Sets this thread back to how it was.
void kernel_restore_denormals(uint32_t before);
