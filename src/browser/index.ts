export { type BrowserAuth, type BrowserAuthOptions, createBrowserAuth } from './browser-auth.ts';
export type { UnfinishedLogin } from './unfinished-login.ts';
