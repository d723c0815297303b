// AssemblyScript: all that ../simd.ts finds in the compiled program.
export * from './kernels';
export * from './winograd';
