/** Has the browser ask whoever leaves the page whether they mean it; for `beforeunload`. */
export function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
