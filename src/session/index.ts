export { type Account, storeKey } from '../../machines/session.ts';
export { type ApiClientOptions, createApiClient } from './api-client.ts';
export { type KeepSessionOptions, type KeptSession, keepSession } from './keep-session.ts';
export { type OpenAuthOptions, openAuth, type StoredAuth } from './open-auth.ts';
export type { SessionSource } from './session-source.ts';
export {
  createMemoryStore,
  forgetSession,
  loadSession,
  type SessionStore,
  type StoredSession,
  type StoreLock,
  saveSession,
} from './session-store.ts';
