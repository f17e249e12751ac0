import { hydrate, render } from 'solid-js/web';
import { describeHydration } from '../../../test/screens/hydration.ts';
import { describeScreen } from '../../../test/screens/suite.ts';
import { Login } from './login.tsx';

describeScreen('Solid', (target, auth, resendDelay) =>
  render(() => <Login auth={auth} resendDelay={resendDelay} />, target),
);

describeHydration('solid', (target, auth) => {
  // As Solid's `HydrationScript` does in the head of a page.
  Object.assign(globalThis, { _$HY: { events: [], completed: new WeakSet(), r: {} } });
  return hydrate(() => <Login auth={auth} />, target);
});
