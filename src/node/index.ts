export type { AuthFailure, FailureCode } from '../../machines/failures.ts';
export { reveal, type Secret, secret } from '../../machines/secret.ts';
export type { Challenge, Session } from '../../machines/vocabulary.ts';
export { AuthError } from '../protocol/auth-error.ts';
export { bearer } from '../protocol/headers.ts';
export { type Configuration, type ConfigurationOptions, readConfiguration } from './configuration.ts';
export { type CodeAnswer, type CodeProvider, type LoginOptions, login, resend } from './login.ts';
