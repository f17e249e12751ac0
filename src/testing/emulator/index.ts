export * from './portable.ts';
export { type RunningEmulator, startEmulator } from './start-emulator.ts';
