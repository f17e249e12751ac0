import { describeScreen } from '../../../test/screens/suite.ts';
import { LoginElement } from './login.ts';

describeScreen('a custom element', (target, auth, resendDelay) => {
  const screen = Object.assign(new LoginElement(), { auth, resendDelay });
  target.append(screen);
  return () => screen.remove();
});
