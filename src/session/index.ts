export { type ApiClientOptions, createApiClient } from './api-client.ts';
export { type KeepSessionOptions, type KeptSession, keepSession } from './keep-session.ts';
export { type OpenAuthOptions, openAuth, type StoredAuth } from './open-auth.ts';
export type { SessionSource } from './session-source.ts';
export {
  type Account,
  createMemoryStore,
  forgetSession,
  loadSession,
  type SessionStore,
  type StoredSession,
  saveSession,
  storeKey,
} from './session-store.ts';
