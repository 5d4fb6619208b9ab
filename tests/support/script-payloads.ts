/** Texts that become scripts, elements or requests wherever one is not careful; each calls `hostile(n)` if it runs. */
const stranger = 'https://stranger.example'

const shapes: readonly ((call: string) => string)[] = [
  (call) => `<script>${call}</script>`,
  (call) => `<img src=x onerror=${call}>`,
  (call) => `<svg onload=${call}>`,
  (call) => `"><script>${call}</script>`,
  (call) => `'><img src=x onerror=${call}>`,
  (call) => `" autofocus onfocus=${call} x="`,
  (call) => `javascript:${call}`,
  (call) => `<a href="javascript:${call}">x</a>`,
  (call) => `<iframe srcdoc="<script>parent.${call}</script>">`,
  (call) => `<iframe src="javascript:parent.${call}">`,
  (call) => `{@html "<img src=x onerror=${call}>"}`,
  (call) => `{{constructor.constructor("${call}")()}}`,
  (call) => '${' + call + '}',
  (call) => `</title><script>${call}</script>`,
  (call) => `</textarea><script>${call}</script>`,
  (call) => `--><img src=x onerror=${call}>`,
  (call) => `]]><script>${call}</script>`,
  (call) => `<math><mtext><img src=x onerror=${call}>`,
  (call) => `<details open ontoggle=${call}>`,
  (call) => `<input autofocus onfocus=${call}>`,
  (call) => `<video><source onerror=${call}>`,
  (call) => `<template><script>${call}</script>`,
  (call) => `<object data="javascript:${call}">`,
  (call) => `<style onload=${call}>@import "${stranger}/x"</style>`,
  () => `<base href="${stranger}/">`,
  () => `<link rel=stylesheet href=${stranger}/x.css>`,
  () => `<meta http-equiv=refresh content="0;url=${stranger}">`,
  () => `<img src=${stranger}/pixel.png>`,
  () => `<form action=${stranger}><button autofocus>x`,
  () => `url(${stranger}/x.png)`,
  (call) => `data:text/html,<script>${call}</script>`,
  (call) => `\u{2028}${call}//\u{202e}<script>`,
  (call) => `%3Cscript%3E${call}%3C/script%3E`,
  (call) => `&lt;script&gt;${call}&lt;/script&gt;`,
]

/** So many of them, all different. */
export function scriptPayloads(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const shape = shapes[n % shapes.length]
    return `${shape?.(`hostile(${String(n)})`) ?? ''}${String(n)}`
  })
}
