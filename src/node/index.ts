export { AuthError, type AuthFailure, type FailureCode } from '../../machines/failures.ts';
export { reveal, type Secret, secret } from '../../machines/secret.ts';
export type { Challenge, Session } from '../../machines/vocabulary.ts';
export { bearer } from '../protocol/headers.ts';
export { firstCode } from '../session/first-code.ts';
export {
  type CodeAnswer,
  type CodeProvider,
  type NewPasswordProvider,
  type NewPin,
  type NewPinProvider,
  type Providers,
  resend,
} from '../session/sign-in.ts';
export { type Configuration, type ConfigurationOptions, readConfiguration } from './configuration.ts';
export { createFileStore, type FileStore, type FileStoreOptions } from './file-store.ts';
export { createKeyringStore } from './keyring-store.ts';
export { type LoginOptions, login } from './login.ts';
export type { SharedStore } from './shared-store.ts';
export { type StoredLoginOptions, storedLogin } from './stored-login.ts';
