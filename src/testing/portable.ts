export * from './emulator/portable.ts';
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
