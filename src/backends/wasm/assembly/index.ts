// AssemblyScript: all that ../simd.ts finds in the compiled program.
export * from './elementwise';
export * from './kernels';
export * from './multiply';
export * from './multiply-by-rows';
export * from './reduce';
export { setRoom } from './room';
export * from './windows';
export * from './windows-grad';
export * from './winograd';
export * from './winograd-grad';
