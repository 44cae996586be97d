#pragma once

// What the classes of fleet are made with and keep to themselves: who uses them needs no more than these names.
namespace holdfast::store {

class Database;
class Packer;
class Transaction;
class View;
struct StoredReport;

}  // namespace holdfast::store
