/** Addresses of the app's screens, in one place. */
export const addresses = {
  welcome: '/',
  start: '/start',
  join: '/join',
  photos: '/photos',
  search: '/search',
  found: (text: string) => `/search?q=${encodeURIComponent(text)}`,
  albums: '/albums',
  album: (group: string, album: string) => `/albums/${group}/${album}`,
  camera: (group?: string, album?: string) =>
    group === undefined || album === undefined
      ? '/camera'
      : `/camera?group=${group}&album=${album}`,
  groups: '/groups',
  group: (group: string) => `/groups/${group}`,
  members: (group: string) => `/groups/${group}/members`,
  bin: (group: string) => `/groups/${group}/bin`,
  fork: (group: string) => `/groups/${group}/fork`,
  settings: '/settings',
  devices: '/settings/devices',
  sheet: '/settings/sheet',
  diagnostics: '/settings/diagnostics',
} as const
