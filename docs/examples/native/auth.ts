import { createSecureStore, openNativeAuth } from 'etna-auth/native';
import { fetch } from 'expo/fetch';
import * as SecureStore from 'expo-secure-store';
import { AppState } from 'react-native';

/** The login of the app. Await it before the first screen. */
export const opening = openNativeAuth({
  baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api',
  appKey: 'the key that your broker gave you',
  fetch,
  store: createSecureStore(SecureStore),
  appState: AppState,
  onStoreError: (error) => console.warn(error),
});
