import { expose } from 'comlink'
import { createBrowserEngine } from '#lib/engine/browser-engine.ts'

expose(createBrowserEngine())
