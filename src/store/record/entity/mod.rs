//! The tables as SeaORM sees them. Private to the store: nothing outside names an entity.

/// One table: its name, its columns, the primary key marked.
macro_rules! table {
    ($module:ident, $name:tt, { $($(#[$mark:meta])* $column:ident: $type:ty,)+ }) => {
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $name)]
            pub struct Model {
                $($(#[$mark])* pub $column: $type,)+
            }

            #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod of_commitments;
mod of_directory;

pub use of_commitments::*;
pub use of_directory::*;
