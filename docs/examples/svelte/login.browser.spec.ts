import { hydrate, mount, unmount } from 'svelte';
import { describeHydration } from '../../../test/screens/hydration.ts';
import { describeScreen } from '../../../test/screens/suite.ts';
import Login from './Login.svelte';

describeScreen('Svelte', (target, auth, resendDelay) => {
  const screen = mount(Login, { target, props: { auth, resendDelay } });
  return () => void unmount(screen);
});

describeHydration('svelte', (target, auth) => {
  const screen = hydrate(Login, { target, props: { auth } });
  return () => void unmount(screen);
});
