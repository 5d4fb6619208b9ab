/** How the offline page (offline-page.ts) looks: paper by day, dark by night, from a phone to a wide screen. */
export const offlineStyle = `
:root{--paper:#fbf8f3;--ink:#26211b;--soft:#6b6258;--line:#e6dfd4;--accent:#8a4b12;--sunk:#f0eae0;--row:15rem}
@media (prefers-color-scheme:dark){:root{--paper:#14110e;--ink:#f3ece2;--soft:#b0a597;--line:#332c25;--accent:#f0b070;--sunk:#241f1a}}
@media (max-width:40rem){:root{--row:9rem}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0 auto;max-width:90rem;padding:clamp(1rem,4vw,3rem) clamp(.75rem,3vw,2.5rem);background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1{margin:0 0 .75rem;font-size:clamp(1.75rem,5vw,2.75rem);line-height:1.15;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{margin:2.5rem 0 1rem;font-size:1.375rem;line-height:1.25;overflow-wrap:anywhere}
h2 small{color:var(--soft);font-size:.9375rem;font-weight:400;margin-inline-start:.25rem}
nav{display:flex;flex-wrap:wrap;gap:.5rem}
nav a{display:inline-flex;align-items:center;min-height:2.75rem;padding:.25rem 1rem;border-radius:2rem;background:var(--sunk);color:inherit;text-decoration:none;font-weight:600;overflow-wrap:anywhere}
nav a:hover{color:var(--accent)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
section{content-visibility:auto;contain-intrinsic-size:auto 60rem}
.photos{display:flex;flex-wrap:wrap;gap:1rem .5rem}
.photos::after{content:"";flex-grow:1000000}
figure{margin:0;flex:var(--shape) 1 calc(var(--shape)*var(--row));max-width:min(100%,calc(var(--shape)*var(--row)*1.7))}
figure>a,.picture{position:relative;display:block;aspect-ratio:var(--shape);border-radius:.5rem;overflow:hidden;background:var(--sunk);color:inherit}
img{display:block;width:100%;height:100%;object-fit:cover}
.film::after{content:"\\25B6\\FE0E";position:absolute;inset:0;margin:auto;width:3rem;height:3rem;display:grid;place-items:center;border-radius:50%;background:rgb(0 0 0/.6);color:#fff;padding-inline-start:.2rem}
.bare{display:grid;place-items:center;height:100%;padding:.5rem;text-align:center;color:var(--soft);overflow-wrap:anywhere}
figcaption{padding:.375rem .125rem 0;font-size:.9375rem;overflow-wrap:anywhere}
figcaption p{margin:0;white-space:pre-line}
small{color:var(--soft);font-size:.8125rem}
.hearts{display:block;font-size:1rem}
.missing{margin:.375rem .125rem 0;color:var(--soft);font-size:.8125rem}
summary{min-height:2.25rem;display:flex;align-items:center;cursor:pointer;color:var(--accent);font-size:.8125rem;font-weight:600}
ul{margin:0;padding:0;list-style:none;white-space:pre-line}
li{padding:.125rem 0}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
@media print{section{content-visibility:visible}figure{break-inside:avoid}}
`
