/**
 * A kernel of ours that a backend may have beside tfjs' own: makes a tensor [columns, rows] of the values of a matrix in plain
 * memory. Attributes: `values`, a Float32Array in row-major order, and `shape`, [rows, columns].
 */
export const LOAD_TRANSPOSED = 'LoadTransposed';

/**
 * A kernel of ours that a backend may have: makes a tensor whose values come later, piece by piece, straight into the backend's memory.
 * Attributes: `shape`, `dtype`, and `receive`, which is called with the function that puts `Values` there.
 */
export const RESERVE_TENSOR = 'ReserveTensor';

/**
 * A kernel of ours that a backend may have: a convolution that no gradient is taken of. Inputs: x [N, H, W, C], filter
 * [KH, KW, C / groups, K] and, where they are given, bias [K] and scale [K], by which each output's filter is multiplied. Attributes:
 * `groups`, which do not see each other, `strides`, `pad` and `activation`.
 */
export const INFERENCE_CONV2D = 'InferenceConv2D';

/**
 * A kernel of ours that a backend may have: the gradient of a ReLU in one op. Inputs: `dy`, and `y`, what the ReLU gave. Where y is
 * positive it is dy, elsewhere 0.
 */
export const RELU_GRAD = 'ReluGrad';

/**
 * A kernel of ours that a backend may have: a · factor + b · otherFactor, of float32 tensors `a` and `b` of one shape, rounded as the ops
 * one by one. Attributes: `factor` and `otherFactor`.
 */
export const WEIGHTED_SUM = 'WeightedSum';
