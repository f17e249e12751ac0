// Not exported on purpose: services, headers and replies, which are implementation details.
export { authMachine } from '../machines/auth.machine.ts';
export {
  AuthError,
  type AuthFailure,
  type FailureCode,
  type FailureDetails,
  type FailureTraits,
  failures,
} from '../machines/failures.ts';
export { isAlive, reveal, type Secret, secret, wipe } from '../machines/secret.ts';
export type {
  AuthContext,
  AuthEmitted,
  AuthEvent,
  AuthInput,
  Challenge,
  Credentials,
  Expectation,
  PinChoice,
  SecurityImage,
  Session,
  TokenReply,
  TokenRequest,
} from '../machines/vocabulary.ts';
export { type Auth, type CreateAuthOptions, createAuth } from './auth.ts';
export { type AuthOptions, createAuthMachine } from './auth-machine.ts';
export { type AuthState, type BusyState, type SettledState, stateOf } from './auth-state.ts';
export { bearer } from './protocol/headers.ts';
export type { ProtocolOptions } from './protocol/options.ts';
