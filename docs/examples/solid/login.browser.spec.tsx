import { render } from 'solid-js/web';
import { describeScreen } from '../../../test/screens/suite.ts';
import { Login } from './login.tsx';

describeScreen('Solid', (target, auth, resendDelay) =>
  render(() => <Login auth={auth} resendDelay={resendDelay} />, target),
);
