// What runs in a page as well as in Node.
export type { Answer, Step } from './answers.ts';
export * as answers from './answers.ts';
export { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts';
export type { Message } from './inbox.ts';
export { logRequests, type RequestWatch } from './log-requests.ts';
export type { LoggedRequest } from './request-log.ts';
export type { Mishap, ScriptedAnswer } from './scripted-answer.ts';
export { demoAppKey, demoUsers, type EmulatedAccount, type EmulatedUser } from './user.ts';
