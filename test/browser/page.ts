import { createBrowserAuth } from '../../src/browser/index.ts';

window.start = (options) => {
  window.told = [];
  window.states = [];
  window.auth = createBrowserAuth({
    baseUrl: '',
    appKey: '',
    ...options,
    onAlone: () => window.told.push('alone'),
    onStorageError: () => window.told.push('no storage'),
  });
  window.auth.subscribe(({ state }) => state !== window.states.at(-1) && window.states.push(state));
};
