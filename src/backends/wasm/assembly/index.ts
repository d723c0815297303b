// AssemblyScript: all that ../simd.ts finds in the compiled program.
export * from './kernels';
export * from './multiply';
export * from './multiply-by-rows';
export { setRoom } from './room';
export * from './windows';
export * from './windows-grad';
export * from './winograd';
export * from './winograd-grad';
