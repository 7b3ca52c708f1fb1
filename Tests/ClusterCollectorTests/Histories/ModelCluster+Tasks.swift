import TestSupport

extension ModelCluster {
    mutating func addTask(_ job: inout ModelJob, _ random: inout SeededRandom) {
        var task = ModelTask(task: job.nextTask, change: now)
        job.nextTask += random.pick([1, 1, 2])
        task.sweep = random.chance(of: 4) ? random.number(1...6) : 0
        job.tasks.append(task)
        noteTasks(&job)
        if task.sweep > 0, !behavior.mastersShow || random.chance(of: 2) {
            expand(&job, job.tasks.count - 1, random.number(1...task.sweep))
        }
    }

    /// Makes instances of a sweep; with the first one the master leaves the list.
    private mutating func expand(_ job: inout ModelJob, _ place: Int, _ count: Int) {
        let master = job.tasks[place]
        if behavior.mastersShow, master.expanded == 0, count > 0 {
            job.ghostTasks[master.state, default: 0] += 1
        }
        for instance in 0..<min(count, master.sweep - master.expanded) {
            var task = ModelTask(task: master.task, instance: master.expanded + instance + 1)
            task.state = master.state
            touch(&task)
            job.tasks.append(task)
        }
        job.tasks[place].expanded = min(master.sweep, master.expanded + count)
        noteTasks(&job)
    }

    /// Moves every task to the state that follows from its own.
    mutating func setTasks(_ job: inout ModelJob, _ next: (String) -> String) {
        for place in job.tasks.indices {
            let state = next(job.tasks[place].state)
            guard state != job.tasks[place].state else { continue }
            job.tasks[place].state = state
            touch(&job.tasks[place])
        }
        noteTasks(&job)
    }

    /// A few changes of a job's tasks; where tasks do not move by themselves, the job's row tells of them.
    mutating func churn(_ job: inout ModelJob, _ random: inout SeededRandom) {
        for _ in 0..<random.number(1...4) {
            guard !job.tasks.isEmpty, !random.chance(of: 4) else {
                addTask(&job, &random)
                continue
            }
            let place = random.number(0...(job.tasks.count - 1))
            if job.tasks[place].sweep > job.tasks[place].expanded, random.chance(of: 2) {
                expand(&job, place, random.number(1...3))
                continue
            }
            if random.chance(of: 6), job.tasks[place].sweep == 0 {
                job.ghostTasks[job.tasks[place].state, default: 0] += 1
                job.tasks.remove(at: place)
                continue
            }
            let before = job.tasks[place].state
            let states = [
                "Queued", "Dispatching", "Running", "Finishing", "Finished", "Failed", "Canceled",
                "Canceling", "Stalled",
            ]
            job.tasks[place].state = random.pick(states)
            if job.tasks[place].state != before { touch(&job.tasks[place]) }
        }
        noteTasks(&job)
        if !ModelJob.moving.contains(job.state) || random.chance(of: 3) { stamp(&job, .task) }
    }

    private mutating func touch(_ task: inout ModelTask) {
        if !behavior.unstamped.contains(.task) || task.change == 0 { task.change = now }
        task.isHidden = hidesTaskChange
        newestStamp = max(newestStamp, task.change)
    }

    private func noteTasks(_ job: inout ModelJob) {
        if hidesTaskChange { job.hidesTasks = true }
    }
}
