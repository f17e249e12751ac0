import { createApp, createSSRApp } from 'vue';
import { describeHydration } from '../../../test/screens/hydration.ts';
import { describeScreen } from '../../../test/screens/suite.ts';
import Login from './Login.vue';

describeScreen('Vue', (target, auth, resendDelay) => {
  const app = createApp(Login, { auth, resendDelay });
  app.mount(target);
  return () => app.unmount();
});

describeHydration('vue', (target, auth) => {
  const app = createSSRApp(Login, { auth });
  app.mount(target);
  return () => app.unmount();
});
