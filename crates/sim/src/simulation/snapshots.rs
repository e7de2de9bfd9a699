//! Snapshots taken at any moment, and generations made from them: the steps and their order are the runtime's.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use kernel::{ErasedProcessor, Part};
use runtime::generations::{Generation, Origin, ReadModel};
use runtime::ports::{AggregateWrite, Mark, MarkAt, StampedRow, StoredAggregate, StoredCell};
use runtime::snapshots::{Cut, ORDER, Place, Stage};

use super::owner::{Write, named};
use super::world::{PARTITIONS, World};
use super::{Simulation, crossroads};

/// Generations of a read model at most.
const GENERATIONS_MAX: usize = 4;

/// All that goes on.
pub(super) struct Snapshots {
    /// The order of the steps.
    pub(super) order: [Stage; 6],
    /// Whether rows that were copied are left out afterwards.
    pub(super) left_out: bool,
    works: BTreeMap<&'static str, Work>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self {
            order: ORDER,
            left_out: true,
            works: BTreeMap::new(),
        }
    }
}

enum Work {
    Taking(Taking),
    Copying(Copying),
}

/// A snapshot being taken.
struct Taking {
    generation: u32,
    stage: usize,
    cut: Cut,
    /// The last row that was copied in this step, and the table it is of.
    at: (usize, Option<(Bytes, Bytes)>),
    cells: Vec<(&'static str, StoredCell)>,
    /// Something may be applied later.
    refused: bool,
}

/// A snapshot being copied into a generation.
struct Copying {
    number: u32,
    lineage: Vec<u32>,
    all: Vec<Write>,
    left: VecDeque<Write>,
    places: Vec<Place>,
}

impl Simulation {
    /// Whatever is under way ends. The number of a generation that was being copied is spent: what was copied lies there.
    pub(super) fn give_up_snapshots(&mut self) {
        for (name, work) in std::mem::take(&mut self.snapshots.works) {
            if let Work::Copying(copying) = work {
                let model = self.world.models.entry(name);
                model.or_insert_with(|| ReadModel::new(1, 0)).next = copying.number + 1;
            }
        }
    }

    /// A step is made of a snapshot that is being taken, or copied.
    pub(super) fn snapshot(&mut self) {
        // Nothing is shown by a snapshot of what stands still.
        if !self.snapshots.works.is_empty() && self.dice.chance(40) {
            let record = self.workload.event(&mut self.dice);
            self.world.append(record);
        }
        let name = *self.dice.pick(&crossroads::COPIED);
        let processor = self.processors.iter().find(|p| p.spec().name == name);
        let Some(processor) = processor.cloned() else {
            return;
        };
        match self.snapshots.works.remove(name) {
            None => self.begin_snapshot(name),
            Some(Work::Taking(mut taking)) => {
                self.note("snapshot", taking.stage, taking.cells.len());
                let ends = self.ends_of(name);
                let stage = self.snapshots.order[taking.stage];
                let work = match taking.step(stage, &*processor, &self.world, &ends) {
                    _ if taking.refused => return self.fault("snapshot refused"),
                    None => Work::Taking(taking),
                    Some(places) => {
                        self.fault("snapshot taken");
                        Work::Copying(self.copying(name, taking, places))
                    }
                };
                self.snapshots.works.insert(name, work);
            }
            Some(Work::Copying(copying)) => self.copy(name, copying),
        }
    }

    fn begin_snapshot(&mut self, name: &'static str) {
        let model = self.world.models.get(name);
        let generations = model.map_or(vec![1], |m| m.generations.keys().copied().collect());
        if generations.len() >= GENERATIONS_MAX || !self.dice.chance(20) {
            return;
        }
        let taking = Taking {
            generation: *self.dice.pick(&generations),
            stage: 0,
            cut: Cut::new(vec![0; PARTITIONS as usize]),
            at: (0, None),
            cells: Vec::new(),
            refused: false,
        };
        let work = Work::Taking(taking);
        self.snapshots.works.insert(name, work);
    }

    fn copying(&mut self, name: &'static str, taking: Taking, places: Vec<Place>) -> Copying {
        let model = self.world.models.get(name);
        let number = model.map_or(2, |model| model.next);
        let of = taking.generation;
        let source = model.and_then(|model| model.generations.get(&of));
        let lineage = source.map_or(vec![of], |source| source.lineage(of));
        let processor = self.processors.iter().find(|p| p.spec().name == name);
        let input = processor.map_or("", |processor| processor.spec().input);
        let cells = taking.cells.into_iter();
        let cells = cells.map(|(table, cell)| write(table, number, cell));
        let marks = (0..).zip(&places).filter_map(|(partition, place)| {
            let MarkAt { next, last } = place.mark()?;
            let mark = Mark {
                topic: input.to_owned(),
                partition,
                next,
                last,
            };
            Some(Write::Mark(named(name, number), mark))
        });
        let all: Vec<Write> = cells.chain(marks).collect();
        Copying {
            number,
            lineage,
            left: all.clone().into(),
            all,
            places,
        }
    }

    /// Copies a row, or dies, or ends.
    fn copy(&mut self, name: &'static str, mut copying: Copying) {
        if self.dice.chance(4) {
            self.fault("copy of a snapshot begun again");
            // What was on its way may land when the generation has gone on long since.
            let on_its_way = copying.left.iter().take(3).cloned();
            self.late
                .extend(on_its_way.filter(|w| !matches!(w, Write::Mark(..))));
            copying.left = copying.all.clone().into();
        }
        for _ in 0..=self.dice.below(4) {
            if let Some(write) = copying.left.pop_front() {
                write.apply(&mut self.world);
            }
        }
        self.note("copy", copying.left.len(), 0);
        if !copying.left.is_empty() {
            self.snapshots.works.insert(name, Work::Copying(copying));
            return;
        }
        let Copying {
            number,
            lineage,
            places,
            ..
        } = copying;
        let left_out = self.snapshots.left_out;
        let origin = Origin {
            number: 1,
            lineage,
            rows_from: places
                .iter()
                .map(|p| if left_out { p.rows_from } else { 0 })
                .collect(),
            whole_at: places.iter().map(|place| place.end).collect(),
            copying: None,
        };
        let model = self.world.models.entry(name);
        let model = model.or_insert_with(|| ReadModel::new(1, 0));
        let built = model.build(Generation {
            snapshot: Some(origin),
            ..Generation::building(1, 0)
        });
        assert_eq!(built, number, "nobody else builds one");
        self.fault("copy of a snapshot ended");
        self.own(name, number);
    }
}

fn write(table: &'static str, generation: u32, cell: StoredCell) -> Write {
    let name = named(table, generation);
    match cell.head {
        Some(head) => Write::Aggregate(
            name,
            AggregateWrite {
                key: cell.partition,
                aggregate: StoredAggregate {
                    head,
                    doc: cell.doc,
                    parts: Vec::new(),
                },
                stamp: cell.stamp,
            },
        ),
        None => Write::Row(
            name,
            StampedRow {
                table,
                partition: cell.partition,
                row: cell.row,
                doc: cell.doc,
                stamp: cell.stamp,
            },
        ),
    }
}

impl Taking {
    /// Makes a step of a stage; gives the places once all are made.
    fn step(
        &mut self,
        stage: Stage,
        processor: &dyn ErasedProcessor,
        world: &World,
        ends: &[u64],
    ) -> Option<Vec<Place>> {
        let spec = processor.spec();
        let marks = || {
            let mark = |partition| MarkAt {
                next: world.mark(&named(spec.name, self.generation), spec.input, partition),
                last: None,
            };
            (0..PARTITIONS)
                .map(|p| (p, mark(p)))
                .collect::<BTreeMap<_, _>>()
        };
        match stage {
            Stage::Marks => self.cut.begin(&marks()),
            Stage::Ends => self.cut.must_pass(ends),
            Stage::Passed => {
                let marks = marks();
                // Looked at again.
                self.cut.pass(&marks).ok()?;
                let marks = world.carried_out(&named(spec.name, self.generation));
                let letters = world.letters(spec.name);
                let mut open = letters.open(spec.name, &world.decisions, &marks);
                self.refused = open.any(|l| self.cut.copies(l.partition, l.offset));
            }
            Stage::Aggregates => {
                self.copy(&[spec.heads()], processor.parted(), world)?;
            }
            Stage::Rows => {
                let tables: Vec<_> = spec.projections.iter().map(|table| table.name).collect();
                self.copy(&tables, false, world)?;
            }
            Stage::Last => return Some(std::mem::take(&mut self.cut).end(ends)),
        }
        self.stage += 1;
        None
    }

    /// Copies the next row of these tables; something, once there is none. `parted`: an aggregate with its parts.
    fn copy(&mut self, tables: &[&'static str], parted: bool, world: &World) -> Option<()> {
        let (table, place) = &mut self.at;
        let Some(name) = tables.get(*table) else {
            self.at = (0, None);
            return Some(());
        };
        let stored = named(name, self.generation);
        let Some(cell) = world.after(&stored, place.as_ref()) else {
            (*table, *place) = (*table + 1, None);
            return None;
        };
        *place = Some((cell.partition.clone(), cell.row.clone()));
        if !parted {
            self.cells.push((name, cell));
        } else if cell.head.is_some() {
            for Part { name: row, doc } in world.load(&stored, &cell.partition).parts {
                let part = StoredCell {
                    row,
                    doc,
                    head: None,
                    ..cell.clone()
                };
                self.cells.push((name, part));
            }
            self.cells.push((name, cell));
        }
        None
    }
}
