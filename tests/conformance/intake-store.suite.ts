import { describe, expect, test } from 'vitest'
import type { IntakeStore } from '#lib/ports/intake-store.ts'
import {
  ana,
  randomBytes,
  sampleEntry,
  sampleId,
  sampleIntake,
} from '#tests/support/stored-samples.ts'
import { freshGroup, type CreateDevice } from './stores-under-test.ts'

export function intakeStoreSuite(name: string, createDevice: CreateDevice): void {
  describe(`intake store, ${name}`, () => {
    test('a chosen file is safe after a restart, oldest first', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      await store.intake.add(new Blob(['newer']), sampleIntake(1))
      await store.intake.add(new Blob(['older']), sampleIntake(2))
      const again = (await afterRestart()).intake
      expect((await again.list()).map((record) => record.id)).toEqual(['intake-2', 'intake-1'])
      expect(await textIn(again, 'intake-2')).toBe('older')
    })

    test('a sealed file is opened as often as anybody likes, and becomes the blob without being written again', async () => {
      const device = await freshGroup(createDevice)
      const record = sampleIntake(1)
      const bytes = randomBytes(5000)
      const staged = await device.store.blobs.stageFile(sampleId('BlobId', 1), bytes)
      await device.store.intake.add(staged, record)
      const tabs = [() => Promise.resolve(device.store), device.inAnotherTab, device.afterRestart]
      for (const tab of tabs) {
        const opened = await (await tab()).intake.open(record.id)
        if (opened === null || opened instanceof Blob) throw new Error('it came sealed')
        expect(opened.staged).toEqual(staged)
        expect(await opened.read()).toEqual(bytes)
      }
      const store = await device.afterRestart()
      // What is tidied up after a failure is no file of the intake.
      await store.blobs.discard([staged])
      expect(await store.blobs.has(staged.id)).toBe(false)
      await store.entries.commit({
        entries: [sampleEntry(ana, 1)],
        finishedIntake: [record.id],
        blobs: [staged],
      })
      expect(await (await store.blobs.get(staged.id))?.bytes()).toEqual(bytes)
      expect(await store.intake.open(record.id)).toBeNull()
      await store.blobs.discard([staged])
      expect((await (await device.afterRestart()).blobs.get(staged.id))?.size).toBe(5000)
    })

    test('a sealed file goes with its record, or with a second one of the same name', async () => {
      const { store } = await freshGroup(createDevice)
      const stage = () => store.blobs.stageFile(sampleId('BlobId', 1), randomBytes(9))
      const [first, second] = [await stage(), await stage()]
      await store.intake.add(first, sampleIntake(1))
      await store.intake.add(second, sampleIntake(1))
      const opened = await store.intake.open('intake-1')
      expect(opened).toMatchObject({ staged: first })
      expect(await store.intake.remove('intake-1')).toBe(true)
      expect(opened instanceof Blob ? null : await opened?.read()).toBeNull()
    })

    test('a record is updated with its file left alone, and removed with it', async () => {
      const { store } = await freshGroup(createDevice)
      const record = sampleIntake(1)
      await store.intake.add(new Blob(['jpg']), record)
      await store.intake.update({ ...record, attempts: 1 })
      expect(await store.intake.list()).toEqual([{ ...record, attempts: 1 }])
      await store.intake.remove(record.id)
      expect(await store.intake.open(record.id)).toBeNull()
      expect(await store.intake.list()).toEqual([])
      await expect(store.intake.update(record)).rejects.toMatchObject({ kind: 'gone' })
    })

    test('the two files of a live photo come, stay and go as one', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      const live = { ...sampleIntake(1), film: sampleIntake(2) }
      await store.intake.add(new Blob(['jpg']), live, new Blob(['mov']))
      const again = (await afterRestart()).intake
      expect(await again.list()).toEqual([live])
      expect(await (await again.film(live.id))?.text()).toBe('mov')
      expect(await again.remove(live.id)).toBe(true)
      expect(await again.film(live.id)).toBeNull()
      expect(await again.list()).toEqual([])
    })

    test('of a live photo the film alone can be left, under its own record, and only once', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const live = { ...sampleIntake(1), film: sampleIntake(2) }
      await store.intake.add(new Blob(['jpg']), live, new Blob(['mov']))
      const other = await inAnotherTab()
      expect(await store.intake.leaveFilm(live.id)).toBe(true)
      expect(await other.intake.leaveFilm(live.id)).toBe(false)
      expect(await other.intake.list()).toEqual([live.film])
      expect(await textIn(other.intake, live.film.id)).toBe('mov')
      expect(await store.intake.open(live.id)).toBeNull()
    })

    test('of two tabs that drop the same file, one is told that it was there', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const other = await inAnotherTab()
      await store.intake.add(new Blob(['jpg']), sampleIntake(1))
      const dropped = [store.intake.remove('intake-1'), other.intake.remove('intake-1')]
      expect((await Promise.all(dropped)).sort()).toEqual([false, true])
    })

    test('an empty file is kept as one', async () => {
      const { store } = await freshGroup(createDevice)
      await store.intake.add(new Blob([]), sampleIntake(1, 0))
      expect(await textIn(store.intake, 'intake-1')).toBe('')
    })
  })
}

async function textIn(intake: IntakeStore, id: string): Promise<string | null> {
  const opened = await intake.open(id)
  return opened instanceof Blob ? opened.text() : null
}
