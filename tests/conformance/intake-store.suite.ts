import { describe, expect, test } from 'vitest'
import { randomBytes, sampleIntake } from '#tests/support/stored-samples.ts'
import { freshGroup, type CreateDevice } from './stores-under-test.ts'

export function intakeStoreSuite(name: string, createDevice: CreateDevice): void {
  describe(`intake store, ${name}`, () => {
    test('a chosen file is safe after a restart, oldest first', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      await store.intake.add(new Blob(['newer']), sampleIntake(1))
      await store.intake.add(new Blob(['older']), sampleIntake(2))
      const again = (await afterRestart()).intake
      expect((await again.list()).map((record) => record.id)).toEqual(['intake-2', 'intake-1'])
      expect(await (await again.file('intake-2'))?.text()).toBe('older')
    })

    test('a file is opened with all that it holds, as often as anybody likes, unless it is too long', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const record = { ...sampleIntake(1), size: 5000 }
      const bytes = randomBytes(5000)
      await store.intake.add(new Blob([bytes]), record)
      const tabs = [store, await inAnotherTab(), store]
      const opened = await Promise.all(tabs.map(({ intake }) => intake.open(record.id, 5000)))
      for (const one of opened) {
        expect(one?.whole).toEqual(bytes)
        expect(await one?.file.bytes()).toEqual(bytes)
      }
      expect(await store.intake.open(record.id, 4999)).toMatchObject({ whole: null })
      expect(await store.intake.open('intake-2', 5000)).toBeNull()
    })

    test('a record is updated with its file left alone, and removed with it', async () => {
      const { store } = await freshGroup(createDevice)
      const record = sampleIntake(1)
      await store.intake.add(new Blob(['jpg']), record)
      await store.intake.update({ ...record, attempts: 1 })
      expect(await store.intake.list()).toEqual([{ ...record, attempts: 1 }])
      await store.intake.remove(record.id)
      expect(await store.intake.file(record.id)).toBeNull()
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
      expect(await (await other.intake.file(live.film.id))?.text()).toBe('mov')
      expect(await store.intake.file(live.id)).toBeNull()
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
      expect((await store.intake.file('intake-1'))?.size).toBe(0)
    })
  })
}
