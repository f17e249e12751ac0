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
