// What runs in a page as well as in Node.
export type { Answer, Step } from './emulator/answers.ts';
export * as answers from './emulator/answers.ts';
export { createEmulator, type Emulator, type EmulatorOptions } from './emulator/emulator.ts';
export type { Message } from './emulator/inbox.ts';
export { logRequests, type RequestWatch } from './emulator/log-requests.ts';
export type { LoggedRequest } from './emulator/request-log.ts';
export type { Mishap, ScriptedAnswer } from './emulator/scripted-answer.ts';
export { demoAppKey, demoUsers, type EmulatedAccount, type EmulatedUser } from './emulator/user.ts';
export { type AuthTestModel, createAuthTestModel, type PathOptions } from './model/model.ts';
export { answerFor, holdAnswers } from './model/model-answers.ts';
export {
  type AuthTestExecutor,
  type ModelEvent,
  type ModelOutcome,
  type ModelPath,
  type ModelState,
  type ModelTurn,
  runPath,
  type ShownState,
} from './model/model-path.ts';
