/** The message catalogue (words.ts): what the settings say. */
export const settingsWords = {
  settings: 'Settings',
  storage: 'Space on this phone',
  storageUsed: (used: string, free: string) => `${used} used, ${free} free`,
  storageKept: 'This phone keeps what is here.',
  storageNotKept: 'When space gets short, the browser may clear photos from this phone.',
  keepPhotos: 'Keep photos on this phone',
  keepRefused: 'The browser did not agree. Adding Mantel to the home screen usually helps.',
  about: 'About',
  version: (version: string, build: string) => `Version ${version}, build ${build}`,
  versionUnknown: 'The version is not known.',
  diagnostics: 'For whoever looks after this',
  diagnosticsTitle: 'What could not be used',
  diagnosticsFine: 'Everything that arrived could be used.',
  quarantined: 'Arrived, but could not be used',
  withheld: 'Expected, but has not arrived',
} as const
