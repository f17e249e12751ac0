export { type RunningEmulator, startEmulator } from './emulator/start-emulator.ts';
export * from './portable.ts';
