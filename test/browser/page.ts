import { createBrowserAuth } from '../../src/browser/index.ts';

window.start = (options) => {
  window.told = [];
  window.auth = createBrowserAuth({
    baseUrl: '',
    appKey: '',
    ...options,
    onWait: () => window.told.push('waits'),
    onAlone: () => window.told.push('alone'),
    onStorageError: () => window.told.push('no storage'),
  });
};
