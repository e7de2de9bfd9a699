//! Deployments in memory, indexed as the routes ask for them, with the active rule applied.

use std::collections::HashMap;

use super::catalog::{Cursor, Deployed, HistoryPage, HistoryQuery, SortBy};
use super::dto::{Entity, EntityType};

/// A set of deployments. Its answers do not depend on the order in which they were given.
#[derive(Debug, Default)]
pub(super) struct Memory {
    deployments: Vec<Deployed>,
    by_id: HashMap<String, usize>,
    /// The newest entity at each pointer of each type, dead or alive.
    tops: HashMap<(EntityType, String), usize>,
    /// Active entities by the files they use.
    users: HashMap<String, Vec<usize>>,
    by_local_time: Vec<usize>,
    by_entity_time: Vec<usize>,
}

/// Newer = greater in this order.
fn age(entity: &Entity) -> (i64, String) {
    (entity.timestamp, entity.id.to_lowercase())
}

impl Memory {
    /// Indexes deployments of distinct ids, pointers in lower case, and finds which of them are active: two entities
    /// overlap when they share a pointer of one type, and an entity that a newer one overlaps is dead as a whole.
    pub(super) fn new(mut deployments: Vec<Deployed>) -> Self {
        let ages: Vec<_> = deployments.iter().map(|d| age(&d.entity)).collect();
        let mut at: HashMap<(EntityType, &str), Vec<usize>> = HashMap::new();
        for (index, deployed) in deployments.iter().enumerate() {
            for pointer in &deployed.entity.pointers {
                let kind = deployed.entity.kind;
                at.entry((kind, pointer)).or_default().push(index);
            }
        }
        let mut overwriter: Vec<Option<usize>> = vec![None; deployments.len()];
        let mut tops = HashMap::new();
        for ((kind, pointer), mut standing) in at {
            standing.sort_by(|a, b| ages[*a].cmp(&ages[*b]));
            for pair in standing.windows(2) {
                let (older, newer) = (pair[0], pair[1]);
                let first = overwriter[older].get_or_insert(newer);
                if ages[newer] < ages[*first] {
                    *first = newer;
                }
            }
            if let Some(top) = standing.last() {
                tops.insert((kind, pointer.to_owned()), *top);
            }
        }
        let ids: Vec<String> = deployments.iter().map(|d| d.entity.id.clone()).collect();
        for (deployed, by) in deployments.iter_mut().zip(overwriter) {
            deployed.overwritten_by = by.map(|by| ids[by].clone());
        }
        let mut memory = Self {
            by_local_time: ordered(&deployments, SortBy::Local),
            by_entity_time: ordered(&deployments, SortBy::Entity),
            by_id: ids.into_iter().zip(0..).collect(),
            users: HashMap::new(),
            tops,
            deployments,
        };
        memory.index_files();
        memory
    }

    fn index_files(&mut self) {
        for (index, deployed) in self.deployments.iter().enumerate() {
            if deployed.overwritten_by.is_some() {
                continue;
            }
            for file in &deployed.entity.content {
                let users = self.users.entry(file.hash.clone()).or_default();
                if users.last() != Some(&index) {
                    users.push(index);
                }
            }
        }
    }

    /// One deployment.
    pub(super) fn get(&self, id: &str) -> Option<&Deployed> {
        self.by_id.get(id).map(|index| &self.deployments[*index])
    }

    /// Every active entity, oldest deployment first.
    pub(super) fn active(&self) -> impl Iterator<Item = &Entity> {
        let ordered = self.by_local_time.iter();
        ordered
            .map(|index| &self.deployments[*index])
            .filter(|deployed| deployed.overwritten_by.is_none())
            .map(|deployed| &deployed.entity)
    }

    /// The active entity of this id.
    pub(super) fn active_by_id(&self, id: &str) -> Option<&Entity> {
        let deployed = self.get(id)?;
        deployed
            .overwritten_by
            .is_none()
            .then_some(&deployed.entity)
    }

    /// The active entities at a pointer: at most one of each type.
    pub(super) fn active_at<'a>(&'a self, pointer: &'a str) -> impl Iterator<Item = &'a Entity> {
        EntityType::ALL.into_iter().filter_map(move |kind| {
            let top = self.tops.get(&(kind, pointer.to_owned()))?;
            let deployed = &self.deployments[*top];
            deployed
                .overwritten_by
                .is_none()
                .then_some(&deployed.entity)
        })
    }

    /// Active entities that use a file.
    pub(super) fn users_of(&self, hash: &str) -> impl Iterator<Item = &Entity> {
        let users = self.users.get(hash).map_or(&[][..], Vec::as_slice);
        users.iter().map(|index| &self.deployments[*index].entity)
    }

    /// A part of the history.
    pub(super) fn history(&self, query: &HistoryQuery) -> HistoryPage {
        let order = match query.sort_by {
            SortBy::Local => &self.by_local_time,
            SortBy::Entity => &self.by_entity_time,
        };
        let time = |index: &usize| query.sort_by.time(&self.deployments[*index]);
        // Only the part of the order between the bounds is looked at.
        let start = query
            .from
            .map_or(0, |from| order.partition_point(|index| time(index) < from));
        let end = query.to.map_or(order.len(), |to| {
            order.partition_point(|index| time(index) <= to)
        });
        let within = order.get(start..end).unwrap_or_default();
        let mut rows: Box<dyn Iterator<Item = &usize>> = match query.ascending {
            true => Box::new(within.iter()),
            false => Box::new(within.iter().rev()),
        };
        let mut found = Vec::new();
        let mut left_out = 0;
        for index in &mut rows {
            let deployed = &self.deployments[*index];
            let id = deployed.entity.id.to_lowercase();
            if !query.covers(time(index), &id) || !query.selects(deployed) {
                continue;
            }
            if left_out < query.offset {
                left_out += 1;
                continue;
            }
            if found.len() == query.limit {
                let next = found.last().map(|last: &Deployed| Cursor {
                    time: query.sort_by.time(last),
                    id: last.entity.id.clone(),
                    offset: 0,
                });
                return HistoryPage { rows: found, next };
            }
            found.push(deployed.clone());
        }
        HistoryPage {
            rows: found,
            next: None,
        }
    }
}

fn ordered(deployments: &[Deployed], by: SortBy) -> Vec<usize> {
    let mut order: Vec<usize> = (0..deployments.len()).collect();
    order.sort_by_cached_key(|index| {
        let deployed = &deployments[*index];
        (by.time(deployed), deployed.entity.id.to_lowercase())
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployed(id: &str, timestamp: i64, pointers: &[&str]) -> Deployed {
        Deployed {
            number: 0,
            entity: Entity {
                version: "v3".into(),
                id: id.into(),
                kind: EntityType::Scene,
                pointers: pointers.iter().map(|p| (*p).to_owned()).collect(),
                timestamp,
                content: Vec::new(),
                metadata: None,
            },
            deployer: String::new(),
            auth_chain: serde_json::value::to_raw_value(&[(); 0]).expect("an empty list"),
            local_timestamp: timestamp + 1,
            overwritten_by: None,
        }
    }

    fn active(memory: &Memory) -> Vec<&str> {
        let mut ids: Vec<_> = memory.active().map(|e| e.id.as_str()).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn an_overlapped_entity_is_dead_as_a_whole_in_any_order() {
        // c overlaps b, b overlaps a: a stays dead though its overwriter is dead, too.
        let rows = [
            deployed("a", 1, &["0,0", "0,1"]),
            deployed("b", 2, &["0,1", "0,2"]),
            deployed("c", 3, &["0,2"]),
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let memory = Memory::new(order.map(|i: usize| rows[i].clone()).to_vec());
            assert_eq!(active(&memory), ["c"], "{order:?}");
            assert_eq!(memory.active_at("0,1").count(), 0);
            let a = memory.get("a").and_then(|d| d.overwritten_by.clone());
            assert_eq!(a.as_deref(), Some("b"));
        }
    }

    #[test]
    fn of_equal_times_the_greater_lower_case_id_is_newer() {
        let memory = Memory::new(vec![deployed("B", 1, &["x"]), deployed("a", 1, &["x"])]);
        assert_eq!(active(&memory), ["B"]);
    }

    #[test]
    fn pages_follow_the_cursor_through_equal_times_in_both_orders() {
        let rows = (0..7).map(|i| deployed(&format!("e{i}"), i / 3, &[]));
        let memory = Memory::new(rows.collect());
        for ascending in [true, false] {
            let mut query = HistoryQuery {
                ascending,
                limit: 2,
                ..HistoryQuery::default()
            };
            let mut seen = Vec::new();
            loop {
                let page = memory.history(&query);
                seen.extend(page.rows.iter().map(|d| d.entity.id.clone()));
                let Some(next) = page.next else {
                    break;
                };
                if ascending {
                    query.from = Some(next.time);
                } else {
                    query.to = Some(next.time);
                }
                query.last_id = Some(next.id);
            }
            let mut expected: Vec<_> = (0..7).map(|i| format!("e{i}")).collect();
            if !ascending {
                expected.reverse();
            }
            assert_eq!(seen, expected);
        }
    }
}
