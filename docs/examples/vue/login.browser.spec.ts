import { createApp } from 'vue';
import { describeScreen } from '../../../test/screens/suite.ts';
import Login from './Login.vue';

describeScreen('Vue', (target, auth, resendDelay) => {
  const app = createApp(Login, { auth, resendDelay });
  app.mount(target);
  return () => app.unmount();
});
