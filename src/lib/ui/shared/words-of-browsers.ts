/** The message catalogue (words.ts): what is said about the browser, and about putting Mantel on the home screen. */
export const browserWords = {
  installTitle: 'Put Mantel on your home screen',
  installWhy: 'It opens at once, works without signal, and the phone keeps your photos.',
  installNow: 'Put it there',
  installShare: 'Tap the share button of Safari',
  installAdd: 'Choose Add to Home Screen',
  installPaste: 'Open Mantel there, choose Join with a link, and paste',
  installStart:
    'Open Mantel there, choose Join with a link, paste the address, and start your group',
  inAppTitle: 'Open this in your browser',
  inAppText: (app: string) =>
    `${app} shows pages in a small window that forgets everything when it is closed. Copy the link and open it in Safari or Chrome.`,
  noStorageTitle: 'Open this in another browser',
  noStorageText:
    'This browser cannot keep photos, perhaps because the window is private. Copy the link and open it in an ordinary window of Safari, Chrome, Edge or Firefox.',
  homeScreenTitle: 'First put Mantel on your home screen',
  homeScreenText:
    'On an iPhone, what is in a browser tab is cleared when it is not used for a week. On the home screen it stays.',
  joinHereAnyway: 'Join here anyway',
  startHereAnyway: 'Start here anyway',
  insecureTitle: 'This address needs a lock',
  insecureText:
    'Browsers let Mantel keep photos only at addresses that begin with https://. Tell whoever looks after this place:',
  insecureSteps: [
    'Give the machine a name on the internet, or in your home network with a tool such as Tailscale.',
    'Put a web server with automatic certificates, such as Caddy, in front of Mantel.',
    'Then open the same link with https:// at its beginning.',
  ],
} as const
