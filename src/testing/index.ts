export { type RunningEmulator, startEmulator } from './emulator/index.ts';
export * from './portable.ts';
