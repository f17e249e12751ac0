import { mount, unmount } from 'svelte';
import { describeScreen } from '../../../test/screens/suite.ts';
import Login from './Login.svelte';

describeScreen('Svelte', (target, auth, resendDelay) => {
  const screen = mount(Login, { target, props: { auth, resendDelay } });
  return () => void unmount(screen);
});
