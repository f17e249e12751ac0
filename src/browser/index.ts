export type { UnfinishedLogin } from '../session/unfinished-login.ts';
export { type BrowserAuth, type BrowserAuthOptions, createBrowserAuth } from './browser-auth.ts';
