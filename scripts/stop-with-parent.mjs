// Loaded before the relay by `npm start`: a stop signal that reaches only npm ends npm and its shell,
// and the shell passes nothing on. The relay then finds itself with another parent and stops too.
const CHECK_MS = 500

const parent = process.ppid
const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, CHECK_MS)
watch.unref()
