// The app is one shell page: there is nothing that a host could render without the group's keys.
export const ssr = false
export const prerender = false
