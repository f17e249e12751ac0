export { type AppStateModule, type NativeAuth, type NativeAuthOptions, openNativeAuth } from './native-auth.ts';
export { createKeychainStore, createSecureStore, type KeychainModule, type SecureStoreModule } from './secure-store.ts';
