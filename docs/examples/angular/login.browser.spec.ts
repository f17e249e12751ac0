import '@angular/compiler';
import { createApplication } from '@angular/platform-browser';
import { describeScreen } from '../../../test/screens/suite.ts';
import { AUTH, Login, RESEND_DELAY } from './login.ts';

describeScreen('Angular', async (target, auth, resendDelay) => {
  const application = await createApplication({
    providers: [
      { provide: AUTH, useValue: auth },
      { provide: RESEND_DELAY, useValue: resendDelay },
    ],
  });
  application.bootstrap(Login, target);
  return () => application.destroy();
});
