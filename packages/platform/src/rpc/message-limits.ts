/** Largest message between services, in bytes: a 2800 × 2800 matrix of float64. */
export const INTERNAL_MESSAGE_BYTES_MAX = 64 * 1024 * 1024;
